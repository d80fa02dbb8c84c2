"""How fast the program is, each figure against a baseline that is measured in the same run.

    make bench                                 # all of it, on SQLite or on DATABASE_URL: 15 minutes
    make bench ARGS="--only save,search"       # some groups of rows
    make bench ARGS="--json before.json"       # keep all figures, to compare with others
    make bench ARGS="--size small"             # only to see that it works; its times say nothing
    make bench ARGS=--clean                    # drop the databases that it made

It makes databases of its own, named after that of DATABASE_URL, such as `kareo_bench_1000000`. The
first run fills a million plans, which takes some minutes; later runs find them there, until a
migration or the made-up data changes.

A row has two sides, ours and the baseline, which are run in turn. Beside the median stand the 5th
percentile (the time when nothing disturbs), the 95th, and the CPU of this process and, on
PostgreSQL, of the server's process, which is the steadier figure on a machine that does other
things; the server's is left out where it can't be read. `Goal` says which of them a goal is about.

| group | ours | baseline |
|---|---|---|
| save | `save()` of each kind | the same rows, reads, locks and log by hand-written SQL |
| import | `import_insurances` | COPY and INSERT ... SELECT; `executemany` on SQLite |
| addresses | keys a second; a company found among a million | among a thousand |
| lists, search, home, worklist | pages of the large lists | the same pages of lists of a thousand |
| pages | the CPU of pages | the like pages of a bare Django admin |
| serving | the CPU of gunicorn's workers for a plan form | |
| startup | `manage.py check` and `rules` | `check` of a bare Django admin |

Where it is written: `rows` has a module for each group, `baselines` what is done by hand, `data`
what fills the databases, `databases` how they are made and kept, `measuring` how both sides are
run, `reporting` the table and JSON. A row reaches the program by `save()`, URLs and commands only.
"""
