"""What a broken rule means for the person who typed, and how to mend it: one sentence per rule and case.

The language reports a rule, a case ("problem") and values; the words are ours, and translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from console import advising
from pools.wire.breaches import SHAPE, Breach, parts_of

SENTENCES: Mapping[tuple[str, str], Any] = {
    # What the tables say about a single value.
    (SHAPE, "required"): _("This is needed. Fill it in."),
    (SHAPE, "option"): _("This is none of the options the cloud knows: %(options)s. Choose one of them."),
    (SHAPE, "integer"): _("Write a whole number, in digits only."),
    (SHAPE, "string"): _("This must be text. Write it another way."),
    (SHAPE, "boolean"): _("This is either on or off. Choose one."),
    (SHAPE, "array"): _("This must be a list. Paste the document again with a list here."),
    (SHAPE, "object"): _("This must be an object. Paste the document again with an object here."),
    # Labels.
    ("R2", "length"): _("A name has %(minimum)s to %(maximum)s characters; this one has %(length)s."),
    ("R2", "pattern"): _(
        "Start with a lowercase letter, end with a letter or digit, and use only lowercase letters, digits and hyphens."
    ),
    ("R19", "characters"): _("The cloud does not accept %(characters)s in a description. Take them out."),
    ("R20", "unknown"): _("There is no workspace %(workspace)s in this project. Choose another."),
    ("R20", "abnormal"): _("The workspace %(workspace)s has trouble in the cloud. Choose another."),
    ("R22", "taken"): _("The name %(name)s is taken in this project. Choose another."),
    # Workload and network.
    ("H1", "required"): _("Choose at least one job type."),
    ("R5", "repeated"): _("A job type is named twice. Choose each once."),
    ("R3", "required"): _("Choose the network that the pool stands in."),
    ("R4", "unknown"): _("There is no network %(name)s in this project. Choose one from the list."),
    ("R4", "workspace"): _(
        "This network belongs to another workspace than the pool. Choose one of workspace %(workspace)s."
    ),
    ("R4", "inactive"): _(
        "This network is %(phase)s, not ready yet. Choose another, or place the order once it is Active."
    ),
    ("R16", "host_bits"): _("%(cidr)s is the address of a host. Did you mean %(meant)s?"),
    ("R16", "cidr"): _("%(cidr)s is not an address range. Write one such as 10.0.0.0/16."),
    ("R16", "overlap"): _("%(cidr)s overlaps %(other)s, which this order uses already. Choose another range."),
    ("R16", "reserved"): _("%(cidr)s overlaps %(other)s, which the cluster keeps for itself. Choose another range."),
    ("H2", "reserved"): _("%(cidr)s overlaps %(other)s, which %(scope)s keeps for itself. Choose another range."),
    ("H3", "number"): _("Choose one zone or three for the control plane; %(number)s cannot hold a majority."),
    ("H12", "licence"): _("This tenant allows Train or Infer in one pool, not both. Take one of them out."),
    ("H13", "nodes"): _(
        "This order has %(nodes)s nodes; a cluster of size %(size)s has at most %(maximum)s. "
        "Choose a larger size, or fewer nodes."
    ),
    # Flavors.
    ("R6", "number"): _("A pool has %(minimum)s to %(maximum)s flavors; this order has %(number)s."),
    ("R6", "repeated"): _("%(flavor)s is in this order twice. Remove one and raise the nodes of the other."),
    ("R6", "architecture"): _(
        "%(flavor)s is %(arch)s, but %(first)s is %(first_arch)s. "
        "All flavors of a pool have one architecture: remove one."
    ),
    ("T4", "pattern"): _(
        "A node pool’s name has up to %(maximum)s lowercase letters, digits and hyphens, "
        "and does not end with -default."
    ),
    ("T4", "repeated"): _("Two node pools are called %(name)s. Give each a name of its own."),
    ("R7", "unknown"): _("The project does not offer %(flavor)s. Choose a flavor from the list."),
    ("R7", "billing"): _("%(flavor)s is not sold in the billing mode you chose. Choose another mode or flavor."),
    ("R7", "sold_out"): _("%(flavor)s is sold out in every zone. Choose another flavor, or have it watched on Review."),
    ("R8", "count"): _("Order at least %(minimum)s node, or remove the flavor."),
    ("R8", "max_count"): _(
        "In a physical pool this is the number of nodes, %(count)s. Leave it empty, or write the same."
    ),
    ("R10", "minimum"): _("A step has at least %(minimum)s node."),
    ("R10", "unknown"): _(
        "%(flavor)s is not created in steps of %(step)s. Choose one of the steps it offers: %(offered)s."
    ),
    ("R10", "multiple"): _("Nodes come %(step)s at a time. Use %(below_above)s."),
    ("H5", "scope"): _("%(flavor)s does not support %(scope)s. Choose another flavor, or take out that job type."),
    # Zones.
    ("R7", "zone_sold_out"): _(
        "%(flavor)s is sold out in %(zone)s. Place its nodes elsewhere, or have it watched on Review."
    ),
    ("R7", "zone_unknown"): _("%(flavor)s is not sold in %(zone)s. Place its nodes elsewhere."),
    ("R9", "count"): _("Place at least %(minimum)s node here, or leave it empty."),
    ("R9", "required"): _("This zone has no name. Choose one from the table."),
    ("R9", "sum"): _("%(placed)s of %(count)s nodes are placed. %(mend)s"),
    ("H4", "repeated"): _("A zone is named twice. Put all of its nodes into one field."),
    # Disks.
    ("T1", "size"): _("Write the size as whole GiB, in digits only."),
    ("T1", "count"): _("Order at least %(minimum)s disk, or remove it."),
    ("T2", "group"): _("%(group)s is no use that the cloud knows. Remove the disk and add it with a use of the list."),
    ("T3", "base64"): _("This is not Base64. Say that it is plain text, or paste the encoded script again."),
    ("R11", "required"): _("There are disks, but no settings for their groups. Add the settings."),
    ("R11", "uncovered"): _("Group %(group)s has a disk but no settings. Add the settings."),
    ("R11", "unused"): _("Group %(group)s has settings but no disk. Add a disk, or remove the group."),
    ("R12", "group"): _("Only the container disk has a share for containers. Leave this empty."),
    ("R12", "range"): _("The share is %(minimum)s to %(maximum)s percent."),
    ("R13", "pattern"): _("Write an absolute path of letters, digits, dots, hyphens and underscores, such as /data."),
    ("R14", "disks"): _(
        "Striping needs at least two disks. Raise the number of disks, or join them one after the other."
    ),
    ("H7", "range"): _("Container space is %(minimum)s to %(maximum)s GiB, or 0 for unlimited."),
    ("H8", "different"): _("The container disk is one kind of disk: use one type and one size for it."),
    ("H8", "repeated"): _("Group %(group)s has settings twice. Remove one."),
    ("H9", "required"): _("Say where group %(group)s is mounted, such as /data."),
    ("H9", "system"): _("%(mount)s is used by the node itself. Choose another path, such as /data."),
    ("H9", "repeated"): _("%(mount)s is used twice. Give each group its own path."),
    ("H10", "type"): _("This flavor takes disks of these types: %(options)s."),
    ("H10", "size"): _("This flavor takes %(range)s GiB here."),
    ("H10", "number"): _("This flavor takes at most %(maximum)s data disks. Remove some."),
    ("H11", "local"): _("%(flavor)s has no local disks. Choose cloud disks."),
    # Drivers and tags.
    ("R17", "gpu"): _("No flavor of this order has GPUs. Leave the GPU driver empty."),
    ("R17", "npu"): _("No flavor of this order has NPUs. Leave the NPU driver empty."),
    ("R15", "prefix"): _("A key cannot begin with %(prefix)s, which the cloud keeps for itself. Choose another key."),
    ("H6", "required"): _("A tag needs a key. Write one, or remove the tag."),
    ("H6", "repeated"): _("The key %(key)s is used twice. Give each tag its own."),
    # Billing.
    ("R18", "mode"): _("Choose one of the billing modes."),
    ("R18", "period_type"): _("Choose months or years."),
    ("R18", "period_num"): _("Write a number from %(minimum)s to %(maximum)s."),
    ("R18", "switch"): _("Choose on or off."),
    # The document as a whole.
    ("R1", "version"): _("Only orders of version %(wanted)s can be sent."),
    ("R1", "kind"): _("Only orders of a %(wanted)s can be sent."),
    ("R21", "quota"): _("The project may have %(quota)s pools and has %(used)s. Delete one, or have the quota raised."),
    **advising.SENTENCES,
    ("json", ""): _("This text cannot be sent as JSON: %(trouble)s."),
}
# What is missing, said by what it is.
MISSING: Mapping[str, Any] = {
    "metadata": _("Give the pool a name."),
    "labels": _("Give the pool a name."),
    "os.modelarts/name": _("Give the pool a name."),
    "resources": _("Add at least one flavor."),
    "flavor": _("Choose a flavor."),
    "count": _("Say how many."),
    "volumeType": _("Choose the type of the disk."),
    "size": _("Say how large the disk is, in GiB."),
    "extendParams": _("Choose what the disk is for."),
    "volumeGroup": _("Choose what the disk is for."),
    "lvType": _("Choose how the disks are joined."),
}
UNLISTED = _(
    "The cloud does not list version %(version)s. Choose one of the list, or write it under “Another version” "
    "to send it all the same."
)
PAYS_ITSELF = _(
    "%(team)s lets no order pay itself: its admins approve each. Switch “Pay automatically” off, or ask an admin to "
    "allow it on the page of the team."
)
MISFIT = _("The cloud cannot read this value. Write it another way, or leave it empty.")


def say(breach: Breach) -> str:
    """The breach in words for people, translated. A case we have no words for is still told."""
    sentence = SENTENCES.get((breach.rule, breach.problem))
    if (breach.rule, breach.problem) == (SHAPE, "required"):
        sentence = MISSING.get(str(parts_of(breach.path)[-1]), sentence)
    if sentence is None:
        return str(MISFIT if breach.rule == SHAPE else _("Rule %(rule)s of the cloud is broken: %(problem)s.")) % {
            "rule": breach.rule,
            "problem": breach.problem or breach.path,
        }
    return str(sentence) % _spoken(breach)


def _spoken(breach: Breach) -> dict[str, Any]:
    """The values of a breach as a sentence holds them, and what can be worked out from them."""
    values = {key: _listed(value) for key, value in breach.values.items()}
    match breach.rule, breach.problem:
        case "R9", "sum":
            values["mend"] = _placing(breach.values["placed"], breach.values["count"])
        case "R10", "multiple":
            values["below_above"] = _near(breach.values["count"], breach.values["step"])
        case "H10", "size":
            values["range"] = _range(breach.values.get("minimum"), breach.values.get("maximum"))
    return values


def _listed(value: Any) -> Any:
    return _(", ").join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else value


def _placing(placed: int, count: int) -> str:
    if placed < count:
        sentence = _("Place %(left)s more, or set the nodes of the flavor to %(placed)s.")
    else:
        sentence = _("Take %(left)s away, or set the nodes of the flavor to %(placed)s.")
    return str(sentence) % {"left": abs(count - placed), "placed": placed}


def _near(count: int, step: int) -> str:
    """ "8 or 16": the multiples of the step around what was typed."""
    below = count - count % step
    return str(_("%(below)s or %(above)s")) % {"below": below, "above": below + step} if below else str(step)


def _range(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return str(_("%(least)s to %(most)s")) % {"least": least, "most": most}
    return str(_("at least %(n)s") if most is None else _("at most %(n)s")) % {"n": least if most is None else most}
