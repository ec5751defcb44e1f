# Two stages: wheels are built in the first; the second has Python, Myna and nothing to compile with.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements/ requirements/
RUN python -m venv /build \
 && /build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
RUN python -m venv /opt/myna \
 && /opt/myna/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot/ bot/
COPY cogs/ cogs/
RUN /build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
 && /opt/myna/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data --no-create-home myna \
 && mkdir /data && chown myna /data
COPY --from=build /opt/myna /opt/myna
ENV PATH=/opt/myna/bin:$PATH PYTHONUNBUFFERED=1 MYNA_DATA_DIR=/data
USER myna
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["myna", "health"]
ENTRYPOINT ["myna"]
CMD ["run"]
