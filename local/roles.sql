-- Two roles: one that may change the tables, and one that may only use them. Repeatable.
SELECT 'CREATE ROLE mainstay_owner LOGIN' WHERE to_regrole('mainstay_owner') IS NULL \gexec
SELECT 'CREATE ROLE mainstay_app LOGIN' WHERE to_regrole('mainstay_app') IS NULL \gexec
ALTER ROLE mainstay_owner PASSWORD :'owner_password';
ALTER ROLE mainstay_app PASSWORD :'app_password';
SELECT 'CREATE DATABASE mainstay OWNER mainstay_owner'
    WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'mainstay') \gexec
REVOKE ALL ON DATABASE mainstay FROM PUBLIC;
GRANT CONNECT ON DATABASE mainstay TO mainstay_app;
\connect mainstay
-- Only tables of the public schema: the simulator keeps its hidden truth in a schema of its own.
ALTER DEFAULT PRIVILEGES FOR ROLE mainstay_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO mainstay_app;
ALTER DEFAULT PRIVILEGES FOR ROLE mainstay_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO mainstay_app;
