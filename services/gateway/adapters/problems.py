"""What goes wrong, told as application/problem+json (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from pydantic import ValidationError
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
_OF_A_KEY = "[key]"  # pydantic's word; the key itself stands before it
_SHOWN = 20  # wrong fields told at once


class Problem(Exception):  # noqa: N818 - the word of the standard; it is told, not only raised
    """An answer that is no success: `detail` says what, where, and how to mend it."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.field = status, code, detail, field
        self.errors, self.headers, self.more = errors, dict(headers or {}), more

    def body(self) -> bytes:
        told: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "field": self.field,
            "detail": self.detail,
        }
        if self.errors:
            told["errors"] = self.errors
        return msgspec.json.encode(told | self.more)

    def response(self) -> Response:
        return Response(
            self.body(), status_code=self.status, headers=self.headers, media_type=MEDIA_TYPE
        )


def invalid(error: ValidationError, *, where: str = "body") -> Problem:
    """A body or query that is not as documented. Tells fields and reasons, never what was sent."""
    found = error.errors(include_url=False, include_input=False)
    if found[0]["type"] == "json_invalid":
        return Problem(
            400,
            "broken_json",
            f"The body is not JSON: {found[0]['ctx']['error']}. Send one JSON object in UTF-8.",
            field=where,
        )
    errors = [
        {
            "field": ".".join(str(part) for part in each["loc"] if part != _OF_A_KEY) or where,
            "code": each["type"],
            "detail": each["msg"].removeprefix("Value error, "),
        }
        for each in found[:_SHOWN]
    ]
    first = errors[0]
    return Problem(
        422,
        "invalid_field",
        f"{_sentence(where, first['field'], first['detail'])}. See /openapi.json.",
        field=first["field"],
        errors=errors,
    )


def _sentence(where: str, field: str, detail: str) -> str:
    """`detail` is a sentence of its own, or goes on after the field's name."""
    if field == where:
        return f"The {where} is refused: {detail}"
    goes_on = detail.startswith("is ")
    return f"Field `{field}` of the {where}{'' if goes_on else ':'} {detail}"
