"""Asking before, filling in, and telling that somebody was quicker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from widgets.cells import explained
from widgets.dialog import Dialog, Submit
from widgets.inputs import AnswerBar, PlainInput, PlainText, SecretInput
from widgets.pane import LinesPane, line


def _list(texts: Iterable[str]) -> LinesPane:
    """Texts to read; where they are many the dialog scrolls them, so that the focus stays on the answers."""
    pane = LinesPane(line(text, indent=2) for text in texts)
    pane.can_focus = False
    # Inline, for what an app says of its own panes must not reach in here.
    pane.set_styles("width: 1fr; height: auto; max-height: 60vh; border: none; padding: 0; margin: 0 0 1 0;")
    return pane


class ConfirmScreen(Dialog[bool]):
    """Asks before something that cannot be taken back, naming all it will touch; starts on Cancel."""

    def __init__(
        self,
        title: str,
        touched: Sequence[str],
        *,
        confirm: str,
        cancel: str,
        foot: str = "",
        submit: Submit[bool] | None = None,
    ) -> None:
        super().__init__(title, foot=foot, submit=submit)
        self._touched = tuple(touched)
        self._answers = (("", cancel), ("yes", confirm))

    def body(self) -> Iterable[Widget]:
        """What is touched, and the two answers."""
        yield _list(self._touched)
        yield AnswerBar(self._answers)

    def on_mount(self) -> None:
        """Start on Cancel."""
        self.query_one(AnswerBar).focus()

    @on(AnswerBar.Chosen)
    def _answered(self, event: AnswerBar.Chosen) -> None:
        if event.value:
            self.finish(True)
        elif not self._busy:
            self.dismiss(False)

    def action_leave(self) -> None:
        """Escape is Cancel."""
        if not self._busy:
            self.dismiss(False)


class ConflictScreen(Dialog[str]):
    """Somebody acted first: what they did, what was wanted, and what to do now. Starts on the first answer.

    The result is the chosen answer's value; Escape is the first one, so that should be to leave things be.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        answers: Sequence[tuple[str, str]],
        *,
        foot: str = "",
        submit: Submit[str] | None = None,
    ) -> None:
        super().__init__(title, foot=foot, submit=submit)
        self._lines = tuple(lines)
        self._answers = tuple(answers)

    def body(self) -> Iterable[Widget]:
        """What happened, what was wanted, and the answers."""
        yield _list(self._lines)
        yield AnswerBar(self._answers)

    def on_mount(self) -> None:
        """Start on the answer that changes nothing."""
        self.query_one(AnswerBar).focus()

    @on(AnswerBar.Chosen)
    def _answered(self, event: AnswerBar.Chosen) -> None:
        if event.value == self._answers[0][0]:
            self.action_leave()
        else:
            self.finish(event.value)

    def action_leave(self) -> None:
        """Escape leaves things as they are now."""
        if not self._busy:
            self.dismiss(self._answers[0][0])


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in: a line of text, one that nobody reads along, or one of `choices` (values with
    their labels)."""

    key: str
    label: str
    kind: Literal["text", "secret", "choice"] = "text"
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    value: str = ""
    placeholder: str = ""


class PromptScreen(Dialog[dict[str, str] | None]):
    """A small form. Enter goes to the next field that is empty and required, else it submits."""

    DEFAULT_CSS = """
    PromptScreen {
        .label { color: $text-muted; }
        PlainInput { margin: 0 0 1 0; background: $foreground 8%; }
        AnswerBar { margin: 0 0 1 0; }
        &.-short PlainInput, &.-short AnswerBar { margin: 0; }
        &:ansi PlainInput { text-style: underline; }
        &:ansi .label { color: ansi_default; text-style: dim; }
    }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        required: str,
        lines: Sequence[str] = (),
        foot: str = "",
        submit: Submit[dict[str, str] | None] | None = None,
    ) -> None:
        """`required` is what to say of a field left empty; `lines` stand above the fields."""
        super().__init__(title, foot=foot, submit=submit)
        self._fields = tuple(fields)
        self._required = required
        self._lines = tuple(lines)
        self._widgets: Mapping[str, PlainInput | AnswerBar] = {}

    def body(self) -> Iterable[Widget]:
        """Each field under its label."""
        self._widgets = {field.key: self._widget(field) for field in self._fields}
        for text in self._lines:
            yield PlainText(text)
        for field in self._fields:
            yield PlainText(field.label, classes="label")
            yield self._widgets[field.key]

    @staticmethod
    def _widget(field: Field) -> PlainInput | AnswerBar:
        if field.kind == "choice":
            return AnswerBar(field.choices, value=field.value, choose_on_click=False)
        if field.kind == "secret":
            return SecretInput()
        return PlainInput(field.value, placeholder=field.placeholder)

    def on_mount(self) -> None:
        """Start on the first field."""
        for widget in self._widgets.values():
            widget.focus()
            break

    @property
    def values(self) -> dict[str, str]:
        """What the form holds now, by key."""
        return {key: widget.value.strip() for key, widget in self._widgets.items()}

    @on(Input.Submitted)
    @on(AnswerBar.Chosen)
    def _entered(self) -> None:
        values = self.values
        for field in self._fields:
            if field.required and not values[field.key]:
                # The field just left by Enter is no mistake yet: only say so where Enter comes again.
                if self.focused is self._widgets[field.key]:
                    self.show_error(explained(field.label, self._required))
                self._widgets[field.key].focus()
                return
        self.finish(values)
