INSERT INTO trips (code, seats) VALUES ('OSL-7', 3);
INSERT INTO trips (code, seats) VALUES ('OSL-8', -1);
