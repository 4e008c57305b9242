CREATE TABLE trips (
    code  text PRIMARY KEY,
    seats int NOT NULL
);
