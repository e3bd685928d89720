package dev.hawser.core.memory;

import dev.hawser.core.model.DeviceKey;
import dev.hawser.core.model.DeviceOffer;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.ToolCallId;
import dev.hawser.core.model.ToolOutcome;
import dev.hawser.core.port.DeviceLedger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Devices and their free calls in a store's memory. Safe for all threads. */
record MemoryDevices(MemoryStore store) implements DeviceLedger {

    @Override
    public CompletableFuture<Void> remember(DeviceKey device, DeviceOffer offer, Instant now) {
        return store.step(tables -> {
            tables.devices.put(device, new Tables.Remembered(offer, now));
            List<DeviceKey> all = tables.devices.entrySet().stream()
                    .filter(one -> one.getKey().tenant().equals(device.tenant()) && one.getKey().user().equals(device.user()))
                    .sorted(Map.Entry.comparingByValue(Comparator.comparing(Tables.Remembered::at).reversed()))
                    .map(Map.Entry::getKey).toList();
            all.stream().skip(MAX_DEVICES).forEach(tables.devices::remove);
            return null;
        });
    }

    @Override
    public Optional<DeviceOffer> remembered(DeviceKey device) {
        return store.read(tables -> Optional.ofNullable(tables.devices.get(device)).map(Tables.Remembered::offer));
    }

    @Override
    public CompletableFuture<Optional<ToolCall>> open(ToolCall call, Instant until) {
        return store.step(tables -> {
            ToolCall there = tables.call(call.tenant(), call.id());
            if (there == null) {
                tables.freeCalls.put(new Tables.CallName(call.tenant(), call.id()), new Tables.FreeCall(call, until));
            }
            return Optional.ofNullable(there);
        });
    }

    @Override
    public CompletableFuture<Boolean> end(TenantId tenant, ToolCallId call, ToolOutcome outcome, Instant now) {
        return store.step(tables -> {
            Tables.FreeCall found = tables.freeCalls.get(new Tables.CallName(tenant, call));
            boolean ends = found != null && found.call().isOpen();
            if (ends) {
                tables.freeCalls.put(new Tables.CallName(tenant, call), ended(found, outcome, now));
            }
            return ends;
        });
    }

    private static Tables.FreeCall ended(Tables.FreeCall free, ToolOutcome outcome, Instant now) {
        return new Tables.FreeCall(free.call().ended(outcome, now), free.until());
    }

    @Override
    public Optional<ToolCall> call(TenantId tenant, ToolCallId call) {
        return store.read(tables -> Optional.ofNullable(tables.freeCalls.get(new Tables.CallName(tenant, call)))
                .map(Tables.FreeCall::call));
    }

    @Override
    public CompletableFuture<Integer> forgetCalls(Instant now) {
        return store.step(tables -> {
            int before = tables.freeCalls.size();
            tables.freeCalls.values().removeIf(free -> !free.until().isAfter(now));
            return before - tables.freeCalls.size();
        });
    }

    @Override
    public CompletableFuture<Integer> endAll(ToolOutcome outcome, Instant now) {
        return store.step(tables -> {
            int open = (int) tables.freeCalls.values().stream().filter(free -> free.call().isOpen()).count();
            tables.freeCalls.replaceAll((_, free) -> free.call().isOpen() ? ended(free, outcome, now) : free);
            return open;
        });
    }
}
