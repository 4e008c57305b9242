ALTER TABLE trips ADD CHECK (seats >= 0);
