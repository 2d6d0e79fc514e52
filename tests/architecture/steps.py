"""What workflows ask for (`workflows/steps.py`) against what activities do: same names, same types."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, get_type_hints

Function = Callable[..., Any]
MARK = "__temporal_activity_definition"  # set by @activity.defn


def steps_of(module: ModuleType) -> dict[str, Function]:
    """Every step: the public coroutine functions written in the module itself."""
    return {
        name: thing
        for name, thing in vars(module).items()
        if inspect.iscoroutinefunction(thing)
        and thing.__module__ == module.__name__
        and not name.startswith("_")
    }


def modules_of(package: ModuleType) -> list[ModuleType]:
    """Every module of a package, imported."""
    names = [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def activities_of(modules: list[ModuleType]) -> dict[str, Function]:
    """Every activity, by the name under which workflows ask for it."""
    return {
        getattr(thing, MARK).name: thing
        for module in modules
        for thing in vars(module).values()
        if callable(thing) and hasattr(thing, MARK)
    }


def disagreements(steps: Mapping[str, Function], activities: Mapping[str, Function]) -> list[str]:
    """Steps that nobody does, activities that nobody asks for, and different ideas of the types."""
    found = [f"{name}: no activity of this name" for name in sorted(steps.keys() - activities.keys())]
    found += [f"{name}: no step of this name" for name in sorted(activities.keys() - steps.keys())]
    for name in sorted(steps.keys() & activities.keys()):
        asked, done = get_type_hints(steps[name]), get_type_hints(activities[name])
        if list(asked.values()) != list(done.values()):
            found.append(f"{name}: asked for {asked}, done is {done}")
    return found
