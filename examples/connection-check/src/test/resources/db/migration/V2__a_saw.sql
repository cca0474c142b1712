INSERT INTO assets (name) VALUES ('saw');
