"""Tags of pools and of nodes."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import NodesTagsAsked, NodeTagsAsked, TagsAsked
from pools.wire.errors import Code
from pools.wire.tags import PoolTags, ProjectTags, TagsChange, TagsGiven
from pools.wire.words import words

TAGS = {"tags": [{"key": "team", "value": "blue"}]}

SECTION = Section(
    words("Tags"),
    words("Keys with values that people give to pools and nodes; at most 20 to each."),
    {
        "ListPoolTags": Call(
            says=words("List the tags of all pools"),
            more=words("200 on a page unless told otherwise."),
            query=TagsAsked,
            answer=ProjectTags,
        ),
        "ShowPoolTags": Call(says=words("Show the tags of a pool"), answer=PoolTags, refuses=(Code.POOL_NOT_FOUND,)),
        "ChangePoolTags": Call(
            says=words("Change the tags of a pool"),
            body=TagsChange,
            answer=PoolTags,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {"action": "create", **TAGS}},
        ),
        "BatchCreatePoolTags": Call(
            says=words("Add tags to a pool"),
            body=TagsGiven,
            answer=PoolTags,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": TAGS},
        ),
        "BatchDeletePoolTags": Call(
            says=words("Take tags from a pool"),
            more=words("A DELETE with a body."),
            body=TagsGiven,
            answer=PoolTags,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": TAGS},
        ),
        "ListNodeTags": Call(
            says=words("List the tags of all nodes"),
            more=words("200 on a page unless told otherwise."),
            query=NodesTagsAsked,
            answer=ProjectTags,
            refuses=(Code.POOL_NOT_FOUND,),
        ),
        "ShowNodeTags": Call(
            says=words("Show the tags of a node"),
            query=NodeTagsAsked,
            answer=PoolTags,
            refuses=(Code.POOL_NOT_FOUND,),
        ),
        "ChangeNodeTags": Call(
            says=words("Change the tags of a node"),
            query=NodeTagsAsked,
            body=TagsChange,
            answer=PoolTags,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"body": {"action": "create", **TAGS}},
        ),
    },
)
