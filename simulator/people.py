"""The staff of the demo: they sign in and act through the pages, like anybody else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx2

from retention.errors import Conflict, Forbidden
from simulator.pages import Form, form_for, forms_of

INBOX = "/people-ops/tasks"
ALERTS = "/people-ops/alerts"
SIGN_IN = "/sign-in"
ACKNOWLEDGE = "/acknowledge"
CLAIM = "/claim"
LINE = re.compile(r'id="task-([0-9a-f-]+)" data-kind="([a-z_]+)"')  # of the inbox
TIMEOUT = httpx2.Timeout(30.0, connect=5.0)  # seconds; a page waits a second for its act


@dataclass(frozen=True)
class Waiting:
    """An unassigned task in the inbox: its kind, and the button that claims it."""

    kind: str
    button: Form


class StaffMember:
    """One colleague at their browser."""

    def __init__(
        self, base_url: str, email: str, password: str, *, transport: httpx2.BaseTransport | None = None
    ) -> None:
        self._client = httpx2.Client(
            base_url=base_url,
            headers={"origin": base_url},  # browsers say which site a form came from
            timeout=TIMEOUT,
            transport=transport,
        )
        self._email, self._password = email, password

    def sign_in(self) -> None:
        """Open a sign-in session. Raises Forbidden when the pages do not let this person in."""
        answer = self._client.post(SIGN_IN, data={"email": self._email, "password": self._password})
        if not answer.is_redirect:
            raise Forbidden(f"{self._email} could not sign in ({answer.status_code}).")

    def page(self, address: str) -> str:
        """The page at an address, signing in where it is asked for. Raises for what is no page."""
        answer = self._client.get(address)
        if answer.is_redirect and urlsplit(answer.headers["location"]).path == SIGN_IN:
            self.sign_in()
            answer = self._client.get(address)
        answer.raise_for_status()
        return answer.text

    def tasks(self, view: str) -> list[str]:
        """The ids of the tasks in one view of the inbox, the most urgent first."""
        html = self.page(f"{INBOX}?view={view}")
        marks = [part.split('"', 1)[0] for part in html.split('id="task-')[1:]]
        return [mark for mark in marks if len(mark.split("-")) == 5]

    def unclaimed(self) -> dict[str, Waiting]:
        """The unassigned tasks, by id, the most urgent first."""
        html = self.page(f"{INBOX}?view=unassigned")
        kinds = dict(LINE.findall(html))
        buttons = (form for form in forms_of(html) if form.action.endswith(CLAIM))
        waiting = {form.action.split("/")[-2]: form for form in buttons}
        return {task_id: Waiting(kinds.get(task_id, ""), form) for task_id, form in waiting.items()}

    def claim(self, task_id: str, *, button: Form | None = None) -> str:
        """Take a task; the address of the page that says what came of it."""
        return self.send(button or self._form(task_id, CLAIM), {})

    def complete(self, task_id: str, answers: Mapping[str, str], *, form: Form | None = None) -> str:
        """Fill in the task's form and finish it; the address of the page that says what came of it."""
        return self.send(form or self._form(task_id, "/complete"), answers)

    def snooze(self, task_id: str, *, rest: str, reason: str) -> str:
        """Put a task aside."""
        return self.send(self._form(task_id, "/snooze"), {"rest": rest, "reason": reason})

    def comment(self, task_id: str, text: str) -> str:
        """Say something about a task."""
        return self.send(self._form(task_id, "/comment"), {"text": text})

    def asked(self, task_id: str) -> Form:
        """The form that finishes a task. Raises Conflict when it is not this person's to finish."""
        return self._form(task_id, "/complete")

    def alerts(self) -> dict[str, Form]:
        """The buttons that acknowledge what is open, each by its alert's number, or storms/ and a storm's."""
        buttons = (form for form in forms_of(self.page(ALERTS)) if form.action.endswith(ACKNOWLEDGE))
        return {form.action.removeprefix(f"{ALERTS}/").removesuffix(ACKNOWLEDGE): form for form in buttons}

    def press(self, button: Form) -> str:
        """Press a button that asks nothing."""
        return self.send(button, {})

    def say_of_alert(self, alert: str, act: str, answers: Mapping[str, str]) -> str:
        """Fill in one of the forms of an alert's page. Raises Conflict when the page does not offer it."""
        form = form_for(self.page(f"{ALERTS}/{alert}"), f"{alert}/{act}")
        if form is None:
            raise Conflict(f"The alert's page does not offer {act}.")
        return self.send(form, answers)

    def close(self) -> None:
        """Close the browser."""
        self._client.close()

    def _form(self, task_id: str, ending: str) -> Form:
        form = form_for(self.page(f"{INBOX}/{task_id}"), f"{task_id}{ending}")
        if form is None:
            raise Conflict(f"The task's page does not offer {ending.strip('/')}.")
        return form

    def send(self, form: Form, answers: Mapping[str, str]) -> str:
        """Send a filled form; the address of the page that says what came of it. Raises Conflict."""
        answer = self._client.post(form.action, data={**form.held, **form.filled, **answers})
        if answer.is_redirect:
            return str(answer.headers["location"])
        raise Conflict(f"The form was not taken ({answer.status_code}).", instead=_mistakes(answer.text))


def _mistakes(html: str) -> str:
    """What the page says needs another look."""
    marks = html.split('class="mistake"')[1:]
    return "; ".join(mark.split("<span>", 1)[-1].split("</span>", 1)[0] for mark in marks)
