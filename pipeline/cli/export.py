"""`pipeline export`: a finished run in other formats."""


def export() -> None:
    """X"""
