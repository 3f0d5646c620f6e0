"""The mark for words people read. The language knows no framework, so it marks and the face translates."""


def words(text: str) -> str:
    """Return `text` unchanged; message extraction finds the call (`--keyword=words`)."""
    return text
