// From the program's first line to the first row. Prints what ColdStart prints for the JVM.
const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
const main = now();
const marks = [`process_start@${main}`];
const { readFileSync } = require('fs');
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');
const { QueryTypes, Sequelize } = require('sequelize');
const mark = (name) => marks.push(`${name}@${now()}`);

async function run() {
  mark('libraries_loaded');
  const client = new SecretsManagerClient({});
  const answer = await client.send(new GetSecretValueCommand({ SecretId: process.env.DB_SECRET_NAME }));
  const secret = JSON.parse(answer.SecretString);
  mark('secret_read');
  const ca = process.env.DB_SSL_CA;
  const database = new Sequelize(process.env.DB_NAME, secret.username, secret.password, {
    host: process.env.DB_HOST,
    port: Number(process.env.DB_PORT),
    dialect: 'mysql',
    logging: false,
    pool: { max: 5, min: 0, acquire: 30000, idle: 10000 },
    // Checks the certificate, as sslMode=VERIFY_IDENTITY does for the Java candidates.
    dialectOptions: { ssl: ca ? { ca: readFileSync(ca), verifyIdentity: true } : { rejectUnauthorized: false } },
  });
  const [row] = await database.query('SELECT 42 AS answer', { type: QueryTypes.SELECT });
  if (row.answer !== 42) throw new Error('the row is missing or wrong');
  const read = now();
  marks.push(`connection_and_query@${read}`);
  const used = process.cpuUsage();
  const peak = process.resourceUsage().maxRSS;
  process.stdout.write(`main=${main} row=${read} cpu=${used.user + used.system} peak=${peak} ${marks.join(' ')}\n`);
  await database.close();
  client.destroy();
}

run().catch((error) => {
  console.error(error);
  process.exit(1);
});
