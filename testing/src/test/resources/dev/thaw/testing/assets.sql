-- Assets; as in the original helper's database.
CREATE TABLE assets (
  id INT AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(100) NOT NULL COMMENT 'shown; not unique',
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE audit (entry VARCHAR(200) NOT NULL);

DELIMITER //
CREATE TRIGGER assets_audit AFTER INSERT ON assets FOR EACH ROW
BEGIN
  INSERT INTO audit VALUES (CONCAT('inserted ', NEW.name, ';'));
END//
DELIMITER ;
