"""A workflow that only writes one letter."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from retention.messages.letters import LetterSent, LetterWindow, LetterWish, Window
    from workflows import steps


@workflow.defn
class OneLetter:
    """Sends a letter when its reader may be written to."""

    @workflow.run
    async def run(self, wish: LetterWish) -> tuple[Window, LetterSent]:
        assert wish.tutor_number is not None
        window = await steps.letter_window(LetterWindow(tutor_number=wish.tutor_number, as_of=workflow.now()))
        sent = await steps.send_letter(wish.model_copy(update={"as_of": workflow.now()}))
        return window, sent
