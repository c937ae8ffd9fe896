"""A page with two drop zones and nothing else, at /drop/: as templates/exports/_drop.html is meant to be used."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from reconcile.exports.models import Snapshot
from reconcile.urls import handler500
from reconcile.urls import urlpatterns as every_page

__all__ = ["handler500", "urlpatterns"]

PAGE = """{% extends "frame.html" %}
{% block title %}Two files{% endblock %}
{% block heading %}Two files{% endblock %}
{% block sentence %}Drop two exports.{% endblock %}
{% block content %}
  <form method="post" enctype="multipart/form-data">
    {% csrf_token %}
    <div class="drops">
      {% include "exports/_drop.html" with name="left" label="Left export" side="left" snapshot=left %}
      {% include "exports/_drop.html" with name="right" label="Right export" side="right" snapshot=right %}
    </div>
    <button type="submit" class="btn btn-primary">Go on</button>
  </form>
{% endblock %}"""


def drop(request: HttpRequest) -> HttpResponse:
    """Show both zones; with ?left=ID, with a snapshot in the left one. A posted form is answered with its fields."""
    if request.method == "POST":
        sent = [f"{name}={value}" for name, value in request.POST.items() if name.endswith("_snapshot")]
        files = {name: request.FILES[name] for name in request.FILES}
        sent += [f"{name}: {file.size} bytes" for name, file in files.items() if isinstance(file, UploadedFile)]
        return HttpResponse(", ".join(sent), content_type="text/plain")
    left = Snapshot.objects.filter(pk=request.GET.get("left", 0)).first()
    return HttpResponse(engines["django"].from_string(PAGE).render({"left": left, "user": request.user}, request))


urlpatterns = [path("drop/", drop), *every_page]
