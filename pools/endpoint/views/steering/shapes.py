"""What calls that steer are asked with, and what they answer. None of it is the cloud's, so it is read strictly."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from pools.endpoint.scenario import Pace
from pools.endpoint.steering import crowding, winding
from pools.endpoint.steering.foreseeing import What
from pools.endpoint.steering.seeding import Seed
from pools.endpoint.steering.stepping import By, Waiting
from pools.wire.words import words


class Asked(BaseModel):
    """A body; a key that it does not know is a mistake here, for nobody else's clients speak this."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Told(BaseModel):
    """An answer; every key is always there."""

    model_config = ConfigDict(extra="forbid")


# The clock.


class Freezing(Asked):
    """When the clock shall stand."""

    at: AwareDatetime | None = Field(None, description=words("A moment to come; now, if none is said."))


class Running(Asked):
    """How the clock shall run again."""

    in_step: bool = Field(
        default=False, description=words("In step with real time again; only where it need not go back for that.")
    )


class Advancing(Asked):
    """How far the clock shall be moved on: one of the three."""

    seconds: float | None = Field(
        None, ge=0, le=winding.FARTHEST.total_seconds(), description=words("By so many seconds.")
    )
    to: AwareDatetime | None = Field(None, description=words("To this moment."))
    until: Literal["next"] | None = Field(None, description=words("Until the next thing happens by itself."))

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.seconds, self.to, self.until].count(None) != 2:  # noqa: PLR2004 - one of three
            raise ValueError("say one of seconds, to, until")
        return self


class ClockTold(Told):
    """A project's clock."""

    now: datetime = Field(description=words("What it says."))
    real: datetime = Field(description=words("Real time."))
    frozen: bool = Field(description=words("Whether it stands."))
    ahead: float = Field(description=words("Seconds ahead of real time; negative: behind."))


class ComingTold(Told):
    """What is to come."""

    at: datetime = Field(description=words("When, by the project's clock."))
    what: What = Field(description=words("What: another phase of a pool, or the end of something under way."))
    of: str = Field(description=words("Of which pool, network, workspace, job or order."))
    phase: str = Field(description=words("The phase that a pool will have; empty if it will be gone."))


class ClockAndNext(ClockTold):
    """A project's clock, and what comes next by itself."""

    next: ComingTold | None = Field(description=words("Null where nothing is to come."))


class ChangeTold(Told):
    """Something that is in another phase now."""

    what: str = Field(description=words("Pool or network."))
    was: str = Field(description=words("Its phase before."))
    phase: str = Field(description=words("Its phase now; empty if it is gone."))


class AdvanceTold(ClockTold):
    """The clock after it was moved on, and what happened by that."""

    advanced: float = Field(description=words("Seconds by which it was moved on."))
    happened: list[ChangeTold] = Field(description=words("The first hundred changes of phase."))
    more: int = Field(description=words("How many changes are not told one by one."))


# The pace, and one pool.


class PaceAsked(Asked):
    """How fast things shall move."""

    pace: Pace | None = Field(description=words("Of what is accepted from now on; null: as the setting says."))


class PaceTold(Told):
    """How fast things move."""

    pace: Pace = Field(description=words("Of what is accepted from now on."))
    own: bool = Field(description=words("Whether it is the project's own."))
    setting: str = Field(description=words("What the setting ENDPOINT_PACE says."))


class Stepping(Asked):
    """How a pool shall go to its next phase."""

    by: By = Field(By.POOL, description=words("Whether the pool alone is made older, or the clock moved on."))
    waiting: Waiting = Field(
        Waiting.STAY,
        description=words("What becomes of a pool that waits for its order: it stays, is paid, or expires."),
    )
    seen: str | None = Field(
        None, max_length=32, description=words("The phase it was seen in; in another one by now, it is left alone.")
    )


class StepTold(Told):
    """What happened to the pool."""

    pool: str = Field(description=words("Its identifier."))
    was: str = Field(description=words("Its phase before."))
    phase: str = Field(description=words("Its phase now; empty if it is gone."))
    by: By = Field(description=words("What was moved."))
    seconds: float = Field(description=words("By how much."))
    moved: bool = Field(description=words("Whether anything was moved or paid."))
    paid: bool = Field(description=words("Whether its order was paid."))
    reason: str = Field(description=words("Why nothing happened, in one word; empty if something did."))
    until: datetime | None = Field(
        description=words("When its order expires, or what is under way has its next end; null where neither is so.")
    )
    message: str = Field(description=words("All of it in a sentence."))


# What is hosted.


class Sowing(Asked):
    """What the project shall hold."""

    seed: Seed = Field(description=words("Nothing, a team's project, a pool in every phase, or a crowd."))
    pools: int | None = Field(
        None, ge=1, le=crowding.MOST, description=words("How many pools; for the seed large alone.")
    )
    replace: bool = Field(default=False, description=words("What is hosted makes room; without this it is kept."))

    @model_validator(mode="after")
    def _crowd(self) -> Self:
        if self.pools is not None and self.seed is not Seed.LARGE:
            raise ValueError("pools: only the seed large has a number of them")
        return self


class SownTold(Told):
    """What the project holds now."""

    seed: Seed = Field(description=words("The seed."))
    pools: int = Field(description=words("How many pools that is."))


class Stocking(Asked):
    """Where a flavor shall be sold out."""

    sold_out: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(
        max_length=64, description=words("The zones; it is on sale in all others.")
    )


class StockTold(Told):
    """Where a flavor is sold out."""

    flavor: str = Field(description=words("Its name."))
    sold_out: list[str] = Field(description=words("The zones."))
    stopped: list[str] = Field(description=words("Pools whose growth gets fewer nodes for it, by identifier."))


class Granting(Asked):
    """What a user of the account shall be able to do."""

    rights: list[Annotated[str, Field(pattern=r"^[A-Za-z*]+(:[A-Za-z*]+){0,2}$", max_length=64)]] | None = Field(
        max_length=64,
        description=words("Actions such as modelarts:pool:list, * for any part of one; null is all of them."),
    )
    password: str | None = Field(
        None,
        min_length=8,
        max_length=128,
        description=words("Makes the user, or gives them another password."),
        json_schema_extra={"format": "password"},
    )


class UserTold(Told):
    """A user of the account."""

    name: str = Field(description=words("Its name."))
    user_id: str = Field(description=words("Its identifier."))
    rights: list[str] | None = Field(description=words("What it may do; null is everything."))


class NothingAsked(Asked):
    """`{}`: there is nothing to say besides that it shall be done."""


class RemovedTold(Told):
    """What is gone."""

    removed: int = Field(description=words("How many there were."))


class IdentifiersAsked(Asked):
    """What identifiers shall be drawn from."""

    seed: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        description=words("The same calls then make up the same names, IDs and numbers; null: by chance.")
    )


class IdentifiersTold(Told):
    """What identifiers are drawn from."""

    seed: str | None = Field(description=words("Null: by chance."))
    drawn: int = Field(description=words("How often was drawn from a seed since the last reset."))
