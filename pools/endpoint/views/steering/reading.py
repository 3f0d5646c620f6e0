"""What all calls that steer have in common."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import errors
from pools.endpoint.models import EndpointProject
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.views.steering.shapes import Told

B = TypeVar("B", bound=BaseModel)


class SteeringView(EndpointView):
    """A view below /_sandbox/v1/: the project is the one of the credentials, as everywhere."""

    steers = True


def read(shape: type[B], request: Request) -> B:
    """Return the body. Raises `Refused` (400) naming what is wrong first; `{}` is a body, nothing at all is none."""
    document(request)
    try:
        return shape.model_validate_json(request.body)
    except ValidationError as why:
        wrong = why.errors(include_url=False, include_input=False)[0]
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in wrong["loc"])
        raise errors.bad_request(f"${path}: {wrong['msg']}") from None


def told(answer: Told, *, status: int = 200) -> Response:
    """Answer with a shape."""
    return Response(answer.model_dump(mode="json"), status=status)


def fresh(project: EndpointProject) -> EndpointProject:
    """The project's row as it is after what was just done to it."""
    return EndpointProject.objects.select_related("account").get(pk=project.pk)
