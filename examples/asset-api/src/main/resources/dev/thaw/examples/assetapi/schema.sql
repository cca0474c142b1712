CREATE TABLE IF NOT EXISTS assets (
  id BIGINT PRIMARY KEY AUTO_INCREMENT,
  name VARCHAR(100) NOT NULL,
  serial_number VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  category VARCHAR(50),
  created_at DATETIME(6) NOT NULL,
  UNIQUE KEY assets_serial_number (serial_number),
  KEY assets_latest (created_at, id)
) DEFAULT CHARACTER SET utf8mb4
