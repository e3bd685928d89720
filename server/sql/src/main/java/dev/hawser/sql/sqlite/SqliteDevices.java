package dev.hawser.sql.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.Json;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.DeviceLedger;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The devices of the embedded store: every decision is made by the one thread that writes. Safe for all threads. */
final class SqliteDevices implements DeviceLedger {
    private static final String FREE = " WHERE session IS NULL AND ended_at IS NULL";

    private final Writer writer;
    private final Readers readers;

    SqliteDevices(Writer writer, Readers readers) {
        this.writer = writer;
        this.readers = readers;
    }

    @Override
    public CompletableFuture<Void> remember(DeviceKey device, DeviceOffer offer, Instant now) {
        String json = new String(Json.bytes(offer), StandardCharsets.UTF_8);
        return writer.submit(group -> {
            group.sql().update("INSERT OR REPLACE INTO devices (tenant, user, device, offer, seen_at) VALUES (?,?,?,?,?)",
                    device.tenant(), device.user(), device.device(), json, now);
            group.sql().update("DELETE FROM devices WHERE tenant = ? AND user = ? AND device IN (SELECT device FROM devices"
                    + " WHERE tenant = ? AND user = ? ORDER BY seen_at DESC, device LIMIT -1 OFFSET ?)",
                    device.tenant(), device.user(), device.tenant(), device.user(), MAX_DEVICES);
            return null;
        });
    }

    @Override
    public Optional<DeviceOffer> remembered(DeviceKey device) {
        return readers.read(sql -> sql.one("SELECT offer FROM devices WHERE tenant = ? AND user = ? AND device = ?",
                row -> offer(row.getString(1)), device.tenant(), device.user(), device.device()));
    }

    private static DeviceOffer offer(String json) throws SQLException {
        try {
            return Json.MAPPER.readValue(json, DeviceOffer.class);
        } catch (JsonProcessingException e) {
            throw new SQLException("a device's offer cannot be read", e);
        }
    }

    @Override
    public CompletableFuture<Optional<ToolCall>> open(ToolCall call, Instant until) {
        return writer.submit(group -> CallRows.insert(group.sql(), call, until) ? Optional.empty()
                : group.sql().one(CallRows.SELECT + " WHERE c.tenant = ? AND c.id = ?", CallRows::call, call.tenant(), call.id()));
    }

    @Override
    public CompletableFuture<Boolean> end(TenantId tenant, ToolCallId call, ToolOutcome outcome, Instant now) {
        return writer.submit(group -> group.sql().update("UPDATE tool_calls SET ended_at = ?, result = ?, error = ?, code = ?"
                + FREE + " AND tenant = ? AND id = ?", now, outcome.result(), outcome.error(),
                outcome.code() == null ? null : outcome.code().name(), tenant, call) == 1);
    }

    @Override
    public Optional<ToolCall> call(TenantId tenant, ToolCallId call) {
        return readers.read(sql -> sql.one(CallRows.SELECT + " WHERE c.session IS NULL AND c.tenant = ? AND c.id = ?",
                CallRows::call, tenant, call));
    }

    @Override
    public CompletableFuture<Integer> forgetCalls(Instant now) {
        return writer.submit(group -> group.sql().update("DELETE FROM tool_calls WHERE until <= ?", now));
    }

    @Override
    public CompletableFuture<Integer> endAll(ToolOutcome outcome, Instant now) {
        return writer.submit(group -> group.sql().update("UPDATE tool_calls SET ended_at = ?, result = ?, error = ?, code = ?"
                + FREE, now, outcome.result(), outcome.error(), outcome.code() == null ? null : outcome.code().name()));
    }
}
