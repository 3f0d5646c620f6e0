"""Choosing what identifiers are drawn from (`pools.endpoint.chance`)."""

from pools.endpoint.models import EndpointProject


def set_seed(project: EndpointProject, seed: str | None) -> None:
    """Have what is made up from now on follow from `seed`; None: by chance again.

    The count of draws goes on, so that nothing is made up twice in one project. A reset begins it anew.
    """
    EndpointProject.objects.filter(pk=project.pk).update(ids_seed=seed or "")
