package dev.hawser.gateway.fuzz;

import dev.hawser.core.fuzz.FuzzTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several targets in one search, for a short one: the first byte says which. */
record QuickTarget(List<FuzzTarget> targets) implements FuzzTarget {
    /** All that need no address to be called. */
    static QuickTarget of(List<FuzzTarget> all) {
        return new QuickTarget(all.stream().filter(target -> !target.name().equals("wire")).toList());
    }

    @Override
    public String name() {
        return "quick";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            for (byte[] seed : targets.get(i).seeds()) {
                byte[] marked = new byte[seed.length + 1];
                marked[0] = (byte) i;
                System.arraycopy(seed, 0, marked, 1, seed.length);
                seeds.add(marked);
            }
        }
        return seeds;
    }

    @Override
    public void take(byte[] input) throws Exception {
        if (input.length > 0) {
            targets.get(Math.floorMod(input[0], targets.size())).take(Arrays.copyOfRange(input, 1, input.length));
        }
    }
}
