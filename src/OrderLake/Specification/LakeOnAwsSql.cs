namespace Shipper.OrderLake.Specification;

/// <summary>The tables on AWS: how the Glue job makes them, and how Athena finds every partition.</summary>
internal static class LakeOnAwsSql
{
    /// <summary>The partitions of <see cref="ChangedOrders"/>.</summary>
    public const string ChangedPartitions = """
        -- The partitions that the runs after ${done} change, up to the run ${last}.
        -- Made by LakeOnAwsSql.
        select distinct country, invoicedateonly
        from typed_orders
        where run > ${done} and run <= ${last}

        """;

    /// <summary>
    /// The whole of every partition that a run changes, of the table <c>typed_orders</c>: so a run that is repeated replaces a partition by
    /// the same rows. Lines with the same provenance and content are one line.
    /// </summary>
    public static string ChangedOrders()
    {
        var columns = EngineTexts.List(TableColumns.NamesOf(TableColumns.Orders));
        return $$"""
            -- All rows of each partition that the runs after ${done} change, up to the run ${last}.
            -- Made by LakeOnAwsSql of columns.tsv.
            with committed as (
                select * from typed_orders where run <= ${last}
            ),
            changed as (
                select distinct country, invoicedateonly from committed where run > ${done}
            ),
            numbered as (
                select
                    committed.*,
                    row_number() over (partition by source, content_hash order by run) as copy
                from committed
                left semi join changed
                    on committed.country <=> changed.country and committed.invoicedateonly = changed.invoicedateonly
            )
            select
                {{columns}}
            from numbered
            where source is null or copy = 1

            """;
    }

    /// <summary>What <c>order_state</c> is made of: the events of new runs, and the newest of each order before them.</summary>
    public static string OrderVersions()
    {
        var columns = EngineTexts.List(TableColumns.NamesOf(TableColumns.OrderState));
        return $$"""
            -- The events of the runs after ${done}, up to the run ${last}, and the newest of each order before them.
            -- Made by LakeOnAwsSql of columns.tsv.
            select
                {{columns}}
            from order_events
            where run > ${done} and run <= ${last}
            union all
            select
                {{columns}}
            from order_state

            """;
    }

    /// <summary>
    /// The table of orders for Athena: partition projection for the values that it finds, registered partitions for all others. The two
    /// never share a row, whatever is registered.
    /// </summary>
    public static string OrdersView()
    {
        var columns = EngineTexts.List(TableColumns.NamesOf(TableColumns.Orders));
        return $$"""
            -- All orders: those that partition projection finds, and those of the other partitions, which are registered.
            -- Made by LakeOnAwsSql of columns.tsv.
            select
                {{columns}}
            from {{Dialect.ProjectedOrders}}
            union all
            select
                {{columns}}
            from {{Dialect.RegisteredOrders}}
            where country is null
                or country not in (${countries})
                or invoicedateonly < date '${first_date}'
                or invoicedateonly > current_date

            """;
    }
}
