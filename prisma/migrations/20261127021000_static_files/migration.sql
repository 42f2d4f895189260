-- Scripts and styles of every build that serves this database: its pages may ask an instance of another build.
CREATE TABLE "static_files" (
    "path" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "static_files_pkey" PRIMARY KEY ("path")
);
