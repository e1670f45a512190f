"""Safe HTML: sanitising on write, French typography on render, small tools over the sanitised result.

Import from the modules: ``sanitize`` (the one place that knows bleach), ``fragments``, ``typography``.
"""
