package dev.hawser.core.run;

import dev.hawser.core.model.DeviceId;
import dev.hawser.core.model.TenantId;
import dev.hawser.core.model.ToolCall;
import dev.hawser.core.model.UserId;
import java.util.Optional;

/** Where runs find the devices that are connected here. Nothing blocks. Safe for all threads. */
public interface DeviceDesk {
    /** No device is connected, ever. */
    DeviceDesk NONE = new DeviceDesk() {
        @Override
        public Optional<DeviceId> offering(TenantId tenant, UserId user, String wanted, String tool) {
            return Optional.empty();
        }

        @Override
        public void hand(ToolCall call) {
            throw new IllegalStateException("nobody is connected");
        }
    };

    /**
     * The user's connected device that offers the tool.
     *
     * @param wanted its id, or {@link DeviceId#ANY} for the one that said hello last
     */
    Optional<DeviceId> offering(TenantId tenant, UserId user, String wanted, String tool);

    /** Hands over a call whose row was just made, to be given to its device, or ended where that has gone meanwhile. */
    void hand(ToolCall call);
}
