-- Evaluations: what was measured, one row a trial as it ends, so that an interrupted one goes on.
CREATE TABLE evaluations (
    id          TEXT PRIMARY KEY,
    started_at  REAL NOT NULL,
    finished_at REAL,
    plan        TEXT NOT NULL
) STRICT;

CREATE INDEX evaluations_by_start ON evaluations (started_at);

CREATE TABLE trials (
    id         INTEGER PRIMARY KEY,
    evaluation TEXT NOT NULL REFERENCES evaluations (id) ON DELETE CASCADE,
    task       TEXT NOT NULL,
    arm        TEXT NOT NULL,
    trial      TEXT NOT NULL,
    UNIQUE (evaluation, task, arm)
) STRICT;

-- Confidences fitted to recorded outcomes; the newest one counts.
CREATE TABLE calibrations (
    id          INTEGER PRIMARY KEY,
    made_at     REAL NOT NULL,
    calibration TEXT NOT NULL
) STRICT;
