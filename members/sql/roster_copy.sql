-- The order of workflows/loader.py COPIED.
COPY roster_staging FROM STDIN;
