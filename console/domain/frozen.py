"""Classes of values that cost next to nothing until the first of them is made, and little then.

`dataclasses.dataclass` writes and compiles six methods of each class when its module is loaded: about a
millisecond, and a console that starts loads a hundred such classes, most of which its first frame never
makes. `frozen` says the same as `dataclass(frozen=True, slots=True)`. Its `__init__` is written here when the
first value is made; all else `dataclasses` writes, when it is first called. From then on there is no
difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from functools import partial
from typing import Any, NoReturn, TypeVar, cast, dataclass_transform, overload

T = TypeVar("T")

_TO_MAKE = ("__init__",)
_TO_DESCRIBE = ("__dataclass_fields__", "__dataclass_params__")
_TO_COMPARE = ("__repr__", "__eq__", "__hash__")
"""What is written, in three parts: most values are made, and never replaced or compared."""

_FIELDS = "__fields_with_defaults__"


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

    defaults = {name: body.get(name, MISSING) for name in fields}
    for base in cls.__mro__[1:]:
        defaults = {**vars(base).get(_FIELDS, {}), **defaults}

    def write(names: tuple[str, ...]) -> None:
        """Write methods, or have them written for a class like this one but for its slots, and take them."""
        if names is _TO_MAKE:
            made.__init__ = _init(made, defaults, kw_only)
            return
        model = metaclass(cls.__name__, cls.__bases__, {"__doc__": "", **body})
        compare = names is _TO_COMPARE
        dataclass(frozen=immutable, init=False, repr=compare, eq=compare, kw_only=kw_only)(model)
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
                for names in (_TO_MAKE, _TO_DESCRIBE, _TO_COMPARE)
                for name in names
                if name not in body
            },
            _FIELDS: defaults,
            "__slots__": tuple(fields),
            "__match_args__": () if kw_only else tuple(fields),
            **({"__setattr__": _refuse, "__delattr__": _refuse} if immutable else {}),
        },
    )
    return made


def _init(made: Any, defaults: Mapping[str, Any], kw_only: bool) -> Callable[..., None]:
    """The `__init__` of a class with those fields and defaults, as `dataclasses` has it. It fills the slots
    past `__setattr__`, which refuses."""
    scope: dict[str, Any] = {"_missing": MISSING}
    parameters, lines = ["self"], []
    if kw_only:
        parameters.append("*")
    for name, default in defaults.items():
        described = isinstance(default, Field)
        factory = default.default_factory if described else MISSING
        plain = default.default if described else default
        given = not described or default.init
        scope[f"_put_{name}"] = getattr(made, name).__set__
        scope[f"_{name}"] = plain if factory is MISSING else factory
        value = name if given else f"_{name}" + ("" if factory is MISSING else "()")
        if given and factory is not MISSING:
            parameters.append(f"{name}=_missing")
            value = f"_{name}() if {name} is _missing else {name}"
        elif given:
            parameters.append(name if plain is MISSING else f"{name}=_{name}")
        elif factory is MISSING and plain is MISSING:
            continue  # `__post_init__` works it out
        lines.append(f"    _put_{name}(self, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("    self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or ["    pass"]), scope)
    written: Any = scope["__init__"]
    written.__qualname__ = f"{made.__qualname__}.__init__"
    written.__module__ = made.__module__
    return cast("Callable[..., None]", written)


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
