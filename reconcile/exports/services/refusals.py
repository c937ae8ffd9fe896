"""What is refused about a file on its way in, each as one plain sentence."""

from __future__ import annotations

from ownership import wording


class Refusal(Exception):
    """Why something about an export cannot be done now; ``str`` of it is one plain sentence."""


class EmptyFile(Refusal):
    def __init__(self, file_name: str) -> None:
        super().__init__(f"{file_name} has no bytes. Export it again and check that the export finished.")


class TooLarge(Refusal):
    def __init__(self, file_name: str, size: int, most: int) -> None:
        super().__init__(
            f"{file_name} has {wording.size(size)}; the most that is taken is {wording.size(most)}. "
            "Split the export, or send it packed as .gz or .zip."
        )


class NoRoom(Refusal):
    def __init__(self, file_name: str) -> None:
        super().__init__(f"There is no room on the server for {file_name}. Tell your administrator.")


class Forgotten(Refusal):
    """The bytes of an export were removed when its time was over."""

    def __init__(self, file_name: str) -> None:
        super().__init__(f"{file_name} is kept no longer: its bytes were removed, its figures stay.")


class PieceEmpty(Refusal):
    def __init__(self) -> None:
        super().__init__("This piece holds no bytes. Send the file from where it stands.")


class PieceTooLong(Refusal):
    def __init__(self, file_name: str, size: int) -> None:
        super().__init__(
            f"{file_name} was announced with {wording.plural(size, 'byte', 'bytes')}; this piece goes beyond."
        )


class WrongOffset(Refusal):
    """A piece that does not begin where the file ends so far; ``received`` says where that is, in bytes."""

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__(f"The file stands at byte {wording.number(received)}. Go on from there.")


class NotWhole(Refusal):
    """A file said to be finished of which bytes are missing; ``received`` says how many are there."""

    def __init__(self, file_name: str, received: int, size: int) -> None:
        self.received = received
        super().__init__(
            f"Of {file_name}, {wording.number(received)} of {wording.plural(size, 'byte', 'bytes')} have arrived. "
            "Send the rest first."
        )
