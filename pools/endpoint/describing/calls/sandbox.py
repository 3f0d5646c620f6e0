"""Steering."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.endpoint.views.steering.shapes import (
    AdvanceTold,
    Advancing,
    ClockAndNext,
    ClockTold,
    Freezing,
    Granting,
    IdentifiersAsked,
    IdentifiersTold,
    NothingAsked,
    PaceAsked,
    PaceTold,
    RemovedTold,
    Running,
    Sowing,
    SownTold,
    Stepping,
    StepTold,
    Stocking,
    StockTold,
    UserTold,
)
from pools.endpoint.views.steering.shapes_of_calls import (
    AimedRuleTold,
    Arming,
    Keeping,
    LogAsked,
    LogSwitchTold,
    LogTold,
    RulesTold,
    SandboxTold,
)
from pools.wire.errors import Code
from pools.wire.words import words

GOES_ON = words("The clock never goes back; a reset begins anew.")
GONE = (Code.SANDBOX_NO_SUCH_RULE,)

SECTION = Section(
    words("Sandbox"),
    words(
        "Steering the embedded endpoint, one project at a time. None of it is the cloud's; no rule hits these calls."
    ),
    {
        "ShowSandbox": Call(says=words("Show all that is steered"), answer=SandboxTold),
        "ShowSandboxClock": Call(says=words("Show the clock, and what comes next"), answer=ClockAndNext),
        "FreezeSandboxClock": Call(
            says=words("Have the clock stand"), more=GOES_ON, body=Freezing, answer=ClockTold, example={"body": {}}
        ),
        "RunSandboxClock": Call(
            says=words("Have the clock run again"), more=GOES_ON, body=Running, answer=ClockTold, example={"body": {}}
        ),
        "AdvanceSandboxClock": Call(
            says=words("Move the clock on"),
            more=words("By seconds, to a moment, or until the next thing happens; the answer says what happened."),
            body=Advancing,
            answer=AdvanceTold,
            example={"body": {"seconds": 3600}},
        ),
        "ShowSandboxPace": Call(says=words("Show the pace"), answer=PaceTold),
        "SetSandboxPace": Call(
            says=words("Set the pace"),
            more=words("Of what is accepted from now on; what is hosted keeps its own."),
            body=PaceAsked,
            answer=PaceTold,
            example={"body": {"pace": "quick"}},
        ),
        "AdvanceSandboxPool": Call(
            says=words("Take a pool to its next phase"),
            more=words("Not every pool has one; the answer says what happened, and if nothing did, why."),
            body=Stepping,
            answer=StepTold,
            refuses=(Code.POOL_NOT_FOUND, Code.SANDBOX_BUSY),
            example={"body": {"waiting": "pay"}},
        ),
        "ShowSandboxIdentifiers": Call(says=words("Show what identifiers are drawn from"), answer=IdentifiersTold),
        "SetSandboxIdentifiers": Call(
            says=words("Draw identifiers from a seed"),
            more=words("The count of draws goes on with another seed; a reset begins it anew."),
            body=IdentifiersAsked,
            answer=IdentifiersTold,
            example={"body": {"seed": "tuesday"}},
        ),
        "StockSandboxFlavor": Call(
            says=words("Sell a flavor out, or put it on sale again"),
            more=words("Growth that still waits for such nodes ends without them; a reset puts everything on sale."),
            body=Stocking,
            answer=StockTold,
            refuses=(Code.TEMPLATE_NOT_FOUND, Code.SANDBOX_BUSY),
            example={"body": {"sold_out": ["cn-north-4a"]}},
        ),
        "ShowSandboxUser": Call(
            says=words("Show a user of the account"), answer=UserTold, refuses=(Code.SANDBOX_NO_SUCH_USER,)
        ),
        "SetSandboxUser": Call(
            says=words("Say what a user of the account may do"),
            more=words("Whoever has not the right that a call wants is refused. With a password the user is made."),
            body=Granting,
            answer=UserTold,
            refuses=(Code.SANDBOX_NO_SUCH_USER,),
            example={"body": {"rights": ["modelarts:*:list", "modelarts:*:get"]}},
        ),
        "SeedSandbox": Call(
            says=words("Fill the project"),
            more=words("With nothing but the stock, a team's project, a pool in every phase, or a crowd."),
            body=Sowing,
            answer=SownTold,
            refuses=(Code.SANDBOX_OCCUPIED, Code.SANDBOX_BUSY),
            example={"body": {"seed": "demo", "replace": True}},
        ),
        "ResetSandbox": Call(
            says=words("Begin anew"),
            more=words(
                "Pools, orders, networks and workspaces back to the stock, the clock to real time, rules and log gone. "
                "Keys, pace, the seed of identifiers and the log's switch stay."
            ),
            body=NothingAsked,
            answer=RemovedTold,
            refuses=(Code.SANDBOX_BUSY,),
            example={"body": {}},
        ),
        "ListSandboxFaults": Call(says=words("List fault rules"), answer=RulesTold),
        "ArmSandboxFault": Call(
            says=words("Arm a fault rule"),
            more=words("It does nothing until it is applied, and is gone by itself."),
            body=Arming,
            answer=AimedRuleTold,
            status=201,
            example={
                "body": {"operation": "CreatePool", "kind": "status", "status": 503, "retry_after": 2, "count": 3}
            },
        ),
        "RemoveSandboxFaults": Call(says=words("Remove every fault rule"), answer=RemovedTold),
        "ShowSandboxFault": Call(says=words("Show a fault rule"), answer=AimedRuleTold, refuses=GONE),
        "RemoveSandboxFault": Call(says=words("Remove a fault rule"), answer=RemovedTold, refuses=GONE),
        "ApplySandboxFault": Call(
            says=words("Apply a fault rule"),
            more=words("From now on it hits the calls that the answer tells, the first rule that fits first."),
            body=NothingAsked,
            answer=AimedRuleTold,
            refuses=GONE,
            example={"body": {}},
        ),
        "ShowSandboxLog": Call(
            says=words("Show the last calls"),
            more=words("Without what was secret in them. Nothing is kept until it is switched on."),
            query=LogAsked,
            answer=LogTold,
        ),
        "SwitchSandboxLog": Call(
            says=words("Begin or cease to keep the last calls"),
            body=Keeping,
            answer=LogSwitchTold,
            example={"body": {"keeps": True}},
        ),
        "EmptySandboxLog": Call(says=words("Forget the last calls"), answer=RemovedTold),
    },
)
