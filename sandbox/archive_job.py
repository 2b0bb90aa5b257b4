"""The job whose classes are archived: what a refining job does, on two rows. Run by the driver, see class_archive."""

from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - as everybody writes it

session = SparkSession.builder.getOrCreate()
rows = session.read.option("header", True).csv("s3://lake/in/rows.csv")
typed = rows.select(
    F.col("id").cast("int").alias("id"), F.upper("name").alias("name"), F.to_timestamp("at").alias("at")
)
typed = typed.withColumn("reasons", F.array_compact(F.array(F.when(F.col("name").isNull(), "no name"))))
session.sql("CREATE NAMESPACE lake.sample")
typed.writeTo("lake.sample.rows").using("iceberg").create()
session.sql("ALTER TABLE lake.sample.rows CREATE BRANCH audit")
typed.writeTo("lake.sample.rows.branch_audit").append()
session.sql("CALL lake.system.fast_forward('sample.rows', 'main', 'audit')").collect()
typed.createOrReplaceTempView("typed")
session.sql(
    "MERGE INTO lake.sample.rows t USING (SELECT * FROM typed WHERE id = 1) s ON t.id = s.id "
    "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
)
table = session.table("lake.sample.rows")
table.groupBy("name").agg(F.count("*"), F.min("at"), F.approx_count_distinct("id"), F.stddev("id")).orderBy(
    "name"
).collect()
table.join(typed, "id").select(F.row_number().over(Window.orderBy("id"))).collect()
table.write.mode("overwrite").parquet("s3://lake/out/parquet")
table.coalesce(1).write.mode("overwrite").json("s3://lake/out/json")
session.createDataFrame([(1, "x")], "id int, name string").toPandas()
print(session.sql("SELECT * FROM lake.sample.rows.snapshots").count())
