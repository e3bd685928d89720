/** Models behind an OpenAI-compatible chat API, with the tools of the user's devices. */
package dev.hawser.gateway.agent.openai;
