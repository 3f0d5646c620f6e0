"""The floors of the create call."""

import json

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from benchmarks.support.floors.models import Row


@csrf_exempt
@login_not_required
def bare(request: HttpRequest) -> JsonResponse:
    """Parse the body, insert one row, say its number."""
    document = json.loads(request.body)
    row = Row.objects.create(name=document["metadata"]["labels"]["os.modelarts/name"], document=document)
    return JsonResponse({"id": row.pk})


@csrf_exempt
@login_not_required
def several(request: HttpRequest, inserts: int) -> JsonResponse:
    """Parse the body, insert it and as many small rows as make `inserts`, in one transaction."""
    document = json.loads(request.body)
    name = document["metadata"]["labels"]["os.modelarts/name"]
    with transaction.atomic():
        row = Row.objects.create(name=name, document=document)
        for _ in range(inserts - 1):
            Row.objects.create(name=name, document={"kind": "Order"})
    return JsonResponse({"id": row.pk})
