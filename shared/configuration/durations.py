"""Durations in words, as people write them in the files."""


def told_s(seconds: int) -> str:
    """90 is `1min 30s`; what `forms.duration_s` reads back."""
    parts = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number}{unit}")
    return " ".join(parts) or "0s"
