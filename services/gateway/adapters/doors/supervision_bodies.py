"""What the doors of supervision take."""

from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from services.gateway.adapters.doors.bodies import Given, Reason, SkillGiven, Tag, Word, one_way
from shared.contracts.agents import LanguageSkill

Level = Annotated[int, Field(ge=1, le=5)]


class Change(Given):
    """What a waiting interaction requires, or how urgent it is; what is absent stays as it is."""

    priority: Word | None = None
    queue: Word | None = None
    language: Tag | None = None
    other_languages: tuple[Tag, ...] | None = Field(default=None, max_length=10)
    skills: tuple[SkillGiven, ...] | None = Field(
        default=None, max_length=20, description="In place of those that the sender asked for."
    )
    reapply: bool = Field(
        default=False, description="The routing rules of today decide anew on all of it."
    )
    reason: Reason | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Change":
        said = self.model_dump(exclude={"reason"}, exclude_none=True)
        if said == {"reapply": False}:
            raise ValueError(
                "give `priority`, `queue`, `language`, `other_languages`, `skills` or `reapply`"
            )
        return self


class Assign(Given):
    agent_id: Word
    reason: Reason | None = None


class StepIn(Given):
    reason: Reason | None = None


class Callback(Given):
    """The customer need not stay; he is called when it is his turn."""

    not_before: AwareDatetime | None = Field(
        default=None, description="Not before this time, at most 31 days ahead."
    )
    reason: Reason | None = None


class SignOut(Given):
    """Somebody else says that an agent is gone."""

    after_work: bool = Field(default=False, description="When all that he has is done.")
    requeue_work: bool = Field(default=False, description="What he has waits again at once.")
    reason: Reason | None = None

    @model_validator(mode="after")
    def _leaves_in_one_way(self) -> "SignOut":
        one_way(after_work=self.after_work, requeue_work=self.requeue_work)
        return self


class Abilities(Given):
    """What an agent may serve, until the configuration is applied again.

    `skills` and `languages` are complete: what they do not name he may not serve. Absent: as it is.
    """

    skills: dict[Word, Level] | None = Field(default=None, max_length=200)
    languages: dict[Tag, LanguageSkill] | None = Field(default=None, max_length=100)
    as_configured: bool = False
    reason: Reason | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Abilities":
        given = self.skills is not None or self.languages is not None
        if given == self.as_configured:
            raise ValueError("give `skills` and `languages`, one of them, or only `as_configured`")
        return self
