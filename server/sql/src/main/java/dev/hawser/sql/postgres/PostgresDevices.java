package dev.hawser.sql.postgres;

import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.DeviceLedger;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The devices on PostgreSQL. Safe for all threads. */
final class PostgresDevices implements DeviceLedger {
    private static final String END = "UPDATE tool_calls SET ended_at = ?, result = ?, error = ?, code = ?"
            + " WHERE session IS NULL AND ended_at IS NULL AND tenant = ?";

    private final Pool pool;
    private final Forgetting forgetting;

    PostgresDevices(Pool pool, Forgetting forgetting) {
        this.pool = pool;
        this.forgetting = forgetting;
    }

    @Override
    public CompletableFuture<Void> remember(DeviceKey device, DeviceOffer offer, Instant now) {
        byte[] json = Json.bytes(offer);
        Scope scope = Scope.of(device.tenant());
        return pool.write(sql -> {
            sql.update(scope, "INSERT INTO devices (tenant, user_id, device, offer, seen_at) VALUES (?,?,?,?,?)"
                    + " ON CONFLICT (tenant, user_id, device) DO UPDATE SET offer = excluded.offer, seen_at = excluded.seen_at",
                    device.tenant(), device.user(), device.device(), json, now);
            sql.update(scope, "DELETE FROM devices WHERE tenant = ? AND user_id = ? AND device IN (SELECT device FROM devices"
                    + " WHERE tenant = ? AND user_id = ? ORDER BY seen_at DESC, device OFFSET ?)",
                    device.tenant(), device.user(), device.tenant(), device.user(), MAX_DEVICES);
            return null;
        });
    }

    @Override
    public Optional<DeviceOffer> remembered(DeviceKey device) {
        return pool.readOne(sql -> sql.one(Scope.of(device.tenant()), "SELECT offer FROM devices WHERE tenant = ?"
                + " AND user_id = ? AND device = ?", row -> offer(row.getBytes(1)),
                device.tenant(), device.user(), device.device()));
    }

    private static DeviceOffer offer(byte[] json) throws SQLException {
        try {
            return Json.MAPPER.readValue(json, DeviceOffer.class);
        } catch (IOException e) {
            throw new SQLException("a device's offer cannot be read", e);
        }
    }

    @Override
    public CompletableFuture<Optional<ToolCall>> open(ToolCall call, Instant until) {
        Scope scope = Scope.of(call.tenant());
        return pool.write(sql -> {
            if (sql.update(scope, CallRows.OPEN, CallRows.opened(call, until)) == 0) {
                return sql.one(scope, CallRows.SELECT + " WHERE tenant = ? AND id = ?", CallRows::call, call.tenant(), call.id());
            }
            sql.update(scope, "INSERT INTO expiries (hour, kind, tenant) VALUES (?,?,?) ON CONFLICT DO NOTHING",
                    Writes.hour(until), Writes.CALLS, call.tenant());
            return Optional.empty();
        });
    }

    @Override
    public CompletableFuture<Boolean> end(TenantId tenant, ToolCallId call, ToolOutcome outcome, Instant now) {
        return pool.write(sql -> sql.update(Scope.of(tenant), END + " AND id = ?", now, Sql.bytes(outcome.result()),
                Sql.bytes(outcome.error()), outcome.code() == null ? null : outcome.code().name(), tenant, call) == 1);
    }

    @Override
    public Optional<ToolCall> call(TenantId tenant, ToolCallId call) {
        return pool.readOne(sql -> sql.one(Scope.of(tenant), CallRows.SELECT
                + " WHERE session IS NULL AND tenant = ? AND id = ?", CallRows::call, tenant, call));
    }

    @Override
    public CompletableFuture<Integer> forgetCalls(Instant now) {
        return forgetting.forget(Writes.CALLS, "tool_calls", now);
    }

    /** The hours in which calls end say which tenants have some. */
    @Override
    public CompletableFuture<Integer> endAll(ToolOutcome outcome, Instant now) {
        return pool.write(sql -> {
            List<TenantId> tenants = sql.list(Scope.WORKLIST, "SELECT DISTINCT tenant FROM expiries WHERE kind = ?"
                    + " ORDER BY tenant", row -> new TenantId(row.getString(1)), Writes.CALLS);
            int ended = 0;
            for (TenantId tenant : tenants) {
                ended += sql.update(Scope.of(tenant), END, now, Sql.bytes(outcome.result()), Sql.bytes(outcome.error()),
                        outcome.code() == null ? null : outcome.code().name(), tenant);
            }
            return ended;
        });
    }
}
