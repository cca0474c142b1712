INSERT INTO assets (name) VALUES ('from the root');
