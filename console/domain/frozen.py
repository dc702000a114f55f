"""Classes of values that cost next to nothing until the first of them is made.

`dataclasses.dataclass` writes and compiles the methods of each class when its module is loaded: about a
millisecond, and a console that starts loads a hundred such classes, most of which its first frame never
makes. `frozen` says the same as `dataclass(frozen=True, slots=True)`, and has `dataclasses` write the methods
when the first of them is called; from then on there is no difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field
from functools import partial
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

T = TypeVar("T")

_TO_MAKE = ("__init__", "__dataclass_fields__", "__dataclass_params__")
_TO_COMPARE = ("__repr__", "__eq__", "__hash__")
"""What `dataclasses` writes, in two parts: most values are made and never compared."""


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, kw_only: bool) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: Any = None, /, *, kw_only: bool = False) -> Any:
    """Make `cls` an immutable dataclass with slots. Fields are annotations, defaults of the class and
    `field(...)`, as there; `dataclasses.replace` and `fields` work. `super()` must name its class."""
    return partial(_later, kw_only=kw_only) if cls is None else _later(cls, kw_only=kw_only)


@dataclass_transform(field_specifiers=(field,))
def slotted(cls: type[T], /) -> type[T]:
    """The same for what is worked on: `dataclass(slots=True)`, later."""
    made: type[T] = _later(cls, kw_only=False, immutable=False)
    return made


def _later(cls: Any, *, kw_only: bool, immutable: bool = True) -> Any:
    metaclass: Any = type(cls)
    fields = [name for name, kind in cls.__annotations__.items() if not str(kind).startswith("ClassVar")]
    body = {name: kept for name, kept in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    body["__qualname__"] = cls.__qualname__

    def write(names: tuple[str, ...]) -> None:
        """Have methods written for a class that is like this one but for its slots, and take them over."""
        to_make = names is _TO_MAKE
        model = metaclass(cls.__name__, cls.__bases__, {"__doc__": "", **body})
        rest = not to_make
        dataclass(frozen=immutable, init=to_make, repr=rest, eq=rest, kw_only=kw_only)(model)
        for name in names:
            if name not in body:
                setattr(made, name, vars(model)[name])

    made: Any = metaclass(
        cls.__name__,
        cls.__bases__,
        {
            **{name: kept for name, kept in body.items() if name not in fields},
            **{
                name: _Unwritten(name, names, write)
                for names in (_TO_MAKE, _TO_COMPARE)
                for name in names
                if name not in body
            },
            "__slots__": tuple(fields),
            "__match_args__": () if kw_only else tuple(fields),
            **({"__setattr__": _refuse, "__delattr__": _refuse} if immutable else {}),
        },
    )
    return made


class _Unwritten:
    """Stands where a method will stand, and has it written when somebody looks for it."""

    __slots__ = ("_name", "_names", "_write")

    def __init__(self, name: str, names: tuple[str, ...], write: Callable[[tuple[str, ...]], None]) -> None:
        self._name = name
        self._names = names
        self._write = write

    def __get__(self, instance: object, owner: type) -> Any:
        self._write(self._names)
        return getattr(owner if instance is None else instance, self._name)


def _refuse(self: object, name: str, given: object = None) -> NoReturn:
    raise FrozenInstanceError(f"{type(self).__name__} is immutable: {name!r}")
