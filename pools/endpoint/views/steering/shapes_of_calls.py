"""As `shapes`, of calls that go wrong and calls that are remembered, and of all that is steered at a glance."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from pools.endpoint.models import FaultRule
from pools.endpoint.steering import calls, logbook
from pools.endpoint.steering.faults import Aim, Harm
from pools.endpoint.views.steering.shapes import Asked, ClockTold, IdentifiersTold, PaceTold, Told
from pools.wire.words import words

LONGEST_DELAY = 130.0
USUAL_LIFE, LONGEST_LIFE = 600, 86_400


class Arming(Asked):
    """A rule as it is asked for. Neither count nor probability: the next call that fits."""

    operation: str = Field("", max_length=64, description=words("Which calls, such as CreatePool; empty: any."))
    path_part: str = Field("", max_length=200, description=words("What their path must hold; empty: anything."))
    kind: FaultRule.Kind = Field(description=words("Another answer, none, or a late one."))
    moment: FaultRule.Moment = Field(
        FaultRule.Moment.BEFORE, description=words("Before the call's effect, or after it.")
    )
    status: int | None = Field(None, ge=400, le=599, description=words("HTTP status of the answer."))
    code: str = Field("", max_length=64, description=words("Its error_code; one that suits the status, if empty."))
    retry_after: int | None = Field(None, ge=0, le=86_400, description=words("Seconds, for the header Retry-After."))
    seconds: float | None = Field(None, gt=0, le=LONGEST_DELAY, description=words("How long the call waits."))
    count: int | None = Field(None, ge=1, le=1_000_000, description=words("How many calls that fit are hit."))
    probability: float | None = Field(None, gt=0, le=1, description=words("Or of hitting each of them."))
    lasts: int = Field(
        USUAL_LIFE, ge=1, le=LONGEST_LIFE, description=words("Seconds until it is gone, from its last step on.")
    )

    @field_validator("operation")
    @classmethod
    def _served(cls, name: str) -> str:
        if name and name not in calls.served():
            raise ValueError(f"no such call; one of {', '.join(calls.served())}")
        return name

    @model_validator(mode="after")
    def _whole(self) -> Self:
        is_status = self.kind is FaultRule.Kind.STATUS
        if is_status != (self.status is not None) or (not is_status and (self.code or self.retry_after is not None)):
            raise ValueError("status, and with it code and retry_after, belong to the kind status")
        if (self.kind is FaultRule.Kind.DELAY) != (self.seconds is not None):
            raise ValueError("seconds belong to the kind delay")
        if self.count is not None and self.probability is not None:
            raise ValueError("say count or probability, not both")
        return self

    @property
    def aim(self) -> Aim:
        count = 1 if self.count is None and self.probability is None else self.count
        return Aim(self.operation, self.path_part, count, self.probability)

    @property
    def harm(self) -> Harm:
        return Harm(self.kind, self.moment, self.status, self.code, self.retry_after, self.seconds)


class RuleTold(Told):
    """A rule as it stands."""

    id: int = Field(description=words("What it is applied and removed by."))
    state: Literal["armed", "applied", "used-up"] = Field(description=words("Armed it does nothing, applied it hits."))
    operation: str = Field(description=words("Which calls; empty: any."))
    path_part: str = Field(description=words("What their path must hold."))
    kind: FaultRule.Kind = Field(description=words("Another answer, none, or a late one."))
    moment: FaultRule.Moment = Field(description=words("Before the call's effect, or after it."))
    status: int | None = Field(description=words("HTTP status of the answer."))
    code: str = Field(description=words("Its error_code."))
    retry_after: int | None = Field(description=words("Seconds, of the header Retry-After."))
    seconds: float | None = Field(description=words("How long the call waits."))
    probability: float | None = Field(description=words("Of hitting a call that fits; null: every one."))
    left: int | None = Field(description=words("How many calls are still to be hit; null: no number is set."))
    hits: int = Field(description=words("How many calls were hit."))
    armed_at: datetime = Field(description=words("When it was armed, in real time."))
    applied_at: datetime | None = Field(description=words("When it was applied; null: not yet."))
    ends_at: datetime = Field(description=words("When it is gone by itself."))
    message: str = Field(description=words("All of it in a sentence."))


class TargetTold(Told):
    """A call that a rule can hit."""

    operation: str = Field(description=words("Its name."))
    method: str = Field(description=words("Its method."))
    path: str = Field(description=words("Its path."))


class AimedRuleTold(RuleTold):
    """A rule, and what it hits once it is applied."""

    hits_calls: list[TargetTold] = Field(description=words("The calls that fit it."))
    behind_rules: list[int] = Field(description=words("Rules that are applied, fit too, and come first."))


class RulesTold(Told):
    """The rules of a project."""

    faults: list[RuleTold] = Field(description=words("In their order: the first that fits hits."))


# Calls that are remembered.


class LogAsked(BaseModel):
    """Which calls are asked for."""

    operation: str = Field("", description=words("Only these, such as CreatePool."))
    limit: int = Field(logbook.KEPT, ge=0, le=logbook.KEPT, description=words("At most so many, the newest first."))


class Keeping(Asked):
    """Whether calls shall be remembered."""

    keeps: bool = Field(description=words("From now on. What is remembered stays until it is emptied."))


class LogSwitchTold(Told):
    """Whether calls are remembered."""

    keeps: bool = Field(description=words("Whether calls are remembered at present."))


class MessageTold(Told):
    """One direction of a call."""

    headers: dict[str, str] = Field(description=words("Secrets removed."))
    body: str = Field(description=words("JSON as text, secrets removed; of anything else only its length is told."))


class CallTold(Told):
    """A call that was answered."""

    at: datetime = Field(description=words("When, in real time."))
    method: str = Field(description=words("Its method."))
    path: str = Field(description=words("Its path, with the query."))
    operation: str = Field(description=words("Its name; empty for a method that is not served."))
    status: int = Field(description=words("Of the answer; 0 where the connection was cut."))
    duration: float = Field(description=words("Seconds until it was answered."))
    request_id: str = Field(description=words("X-Request-Id of its answer."))
    fault: str = Field(description=words("The rule that hit it; empty, mostly."))
    request: MessageTold = Field(description=words("What came."))
    answer: MessageTold = Field(description=words("What was answered."))


class LogTold(LogSwitchTold):
    """The last calls of a project."""

    calls: list[CallTold] = Field(description=words("The newest first."))


class SandboxTold(Told):
    """All that is steered in a project."""

    project_id: str = Field(description=words("The project."))
    name: str = Field(description=words("Its name, which is that of its region."))
    clock: ClockTold = Field(description=words("Its clock."))
    pace: PaceTold = Field(description=words("Its pace."))
    identifiers: IdentifiersTold = Field(description=words("Its identifiers."))
    pools: dict[str, int] = Field(description=words("How many pools are in which phase."))
    faults: list[RuleTold] = Field(description=words("Its fault rules."))
    log: LogSwitchTold = Field(description=words("Its log."))
