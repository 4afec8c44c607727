"""Measurements of our own steps against the common way to do the same; `python -m benchmarks`.

Each module bench_<name>.py has `run(settings, quick) -> list[dict]`: one dict per measurement with
`name`, `ours`, `reference`, `ratio` (ours against the reference, above 1 is better) and `unit`. The
settings belong to an empty provisioned warehouse that is thrown away afterwards. Speed is looked at
here and nowhere else: no test asserts a time.
"""
