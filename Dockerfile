# One image for every process of the health book: gateway, subgraphs, sandbox.
FROM python:3.13-slim AS dependencies
WORKDIR /srv
COPY requirements.lock ./
RUN python -m venv /srv/.venv \
 && /srv/.venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 healthbook
WORKDIR /srv
COPY --from=dependencies /srv/.venv /srv/.venv
COPY access ./access
COPY storage ./storage
COPY resolvers ./resolvers
COPY gateway ./gateway
COPY sandbox ./sandbox
COPY schema.graphql supergraph.graphql pyproject.toml README.md LICENSE ./
# A volume takes its owner from here: the sandbox keeps its world in it.
RUN install --directory --owner=healthbook /srv/.data
ENV PATH=/srv/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER healthbook
EXPOSE 4000
CMD ["python", "-m", "gateway", "serve"]
