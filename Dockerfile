# One image for every process of Mainstay; docker-compose.yml says which one a container runs.
FROM node:22-slim AS pages
WORKDIR /mainstay
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY web ./web
RUN node web/assets/bundle.mjs

FROM python:3.12-slim AS environment
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir "uv>=0.8"
WORKDIR /mainstay
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-default-groups --compile-bytecode

FROM python:3.12-slim
RUN useradd --system --uid 10001 mainstay
WORKDIR /mainstay
COPY --from=environment /mainstay/.venv .venv
COPY . .
COPY --from=pages /mainstay/web/static/dist web/static/dist
# Each case loads its workflow's code into a sandbox; without this it is compiled there anew each time.
RUN python -m compileall -q -x '/(\.venv|node_modules)/' .
ENV PATH=/mainstay/.venv/bin:$PATH PYTHONUNBUFFERED=1 LOG_FORMAT=json
USER mainstay
