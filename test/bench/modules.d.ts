/** What the bench installs beside its results, or what ships without types. */
declare module '@growthbook/edge-cloudflare' {
  export function handleRequest(request: Request, env: never): Promise<Response>
}

declare module '@optimizely/edge-delivery' {
  export function applyExperiments(
    request: Request,
    context: ExecutionContext,
    options: never,
  ): Promise<Response>
}

declare module 'workerd' {
  const workerd: { readonly default: string }
  export default workerd
}
