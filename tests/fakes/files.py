"""What is in a folder."""

from pathlib import Path


def names_in(folder: Path) -> list[str]:
    """Return the names of the files in `folder`, in order."""
    return sorted(path.name for path in folder.iterdir())
