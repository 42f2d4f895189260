-- One row that readiness writes to: a database that takes no writes answers every question.
CREATE TABLE "write_probes" (
    "id" SMALLINT NOT NULL,
    "filler" TEXT NOT NULL,

    CONSTRAINT "write_probes_pkey" PRIMARY KEY ("id")
);
