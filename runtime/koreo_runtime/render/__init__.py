"""Running a Workflow offline, pass after pass, against a simulated cluster: what `koreo render` shows."""

from koreo_runtime.render.clock import Clock
from koreo_runtime.render.rendering import Action, Ending, RenderedPass, Rendering
from koreo_runtime.render.run import render

__all__ = ["Action", "Clock", "Ending", "RenderedPass", "Rendering", "render"]
